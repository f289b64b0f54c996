import pandas as pd

from ecocharge.engines import returned, to_pandas
from ecocharge.zones import inferred_zones

_WHERE = "time_zone is null and latitude is not null and longitude is not null"


def model(dbt, session):
    declared = to_pandas(dbt.ref("int_stations__declared_stations").filter(_WHERE))
    seen = to_pandas(dbt.ref("int_stations__chargers").filter(_WHERE))
    places = [rows[["latitude", "longitude"]].astype("float64") for rows in (declared, seen)]
    return returned(inferred_zones(pd.concat(places)), session)
