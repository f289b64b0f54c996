from ecocharge.engines import returned_batches
from ecocharge.forecasting.issue import issue_forecasts
from ecocharge.forecasting.warehouses import warehouse_of


def model(dbt, session):
    warehouse = warehouse_of(
        session,
        features=dbt.ref("int_forecasting__features"),
        profiles=dbt.ref("int_forecasting__network_profiles"),
        peer_levels=dbt.ref("int_forecasting__peer_levels"),
        unknown_energy=dbt.ref("int_forecasting__unknown_energy"),
    )
    return returned_batches(issue_forecasts(warehouse), session)
