from ecocharge.zones import judged_coordinates


def model(dbt, session):
    stated = dbt.ref("int_ocpi__stated_coordinates").df()
    return judged_coordinates(stated)
