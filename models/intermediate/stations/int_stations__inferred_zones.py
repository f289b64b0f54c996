import pandas as pd

from ecocharge.zones import inferred_zones

_WHERE = "time_zone is null and latitude is not null and longitude is not null"
_PLACE = "cast(latitude as double) as latitude, cast(longitude as double) as longitude"


def model(dbt, session):
    declared = dbt.ref("int_stations__declared_stations").filter(_WHERE).project(_PLACE).distinct()
    seen = dbt.ref("int_stations__chargers").filter(_WHERE).project(_PLACE).distinct()
    return inferred_zones(pd.concat([declared.df(), seen.df()]))
