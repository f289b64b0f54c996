from ecocharge.forecasting.issue import issue_forecasts
from ecocharge.forecasting.reading import Warehouse


def model(dbt, session):
    warehouse = Warehouse(
        session,
        features=dbt.ref("int_forecasting__features"),
        profiles=dbt.ref("int_forecasting__network_profiles"),
        peer_levels=dbt.ref("int_forecasting__peer_levels"),
        unknown_energy=dbt.ref("int_forecasting__unknown_energy"),
    )
    return issue_forecasts(warehouse)
