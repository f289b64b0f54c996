from ecocharge.forecasting.warehouses import forecasts


def model(dbt, session):
    return forecasts(
        session,
        features=dbt.ref("int_forecasting__features"),
        profiles=dbt.ref("int_forecasting__network_profiles"),
        peer_levels=dbt.ref("int_forecasting__peer_levels"),
        unknown_energy=dbt.ref("int_forecasting__unknown_energy"),
    )
