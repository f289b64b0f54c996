from ecocharge.engines import returned, to_pandas
from ecocharge.zones import judged_coordinates


def model(dbt, session):
    stated = to_pandas(dbt.ref("int_ocpi__stated_coordinates"))
    return returned(judged_coordinates(stated), session)
