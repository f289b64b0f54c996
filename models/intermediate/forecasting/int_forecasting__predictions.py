from ecocharge.forecasting.issue import issue_forecasts
from ecocharge.forecasting.peers import with_peers
from ecocharge.forecasting.stored import stored_forecasts


def model(dbt, session):
    features = with_peers(
        dbt.ref("int_forecasting__features").df(),
        dbt.ref("int_forecasting__network_profiles").df(),
        dbt.ref("int_forecasting__peer_levels").df(),
    )
    unknown_energy = dbt.ref("int_forecasting__unknown_energy").df()
    issued = stored_forecasts(session, features["series_id"].unique())
    return issue_forecasts(features, unknown_energy, issued)
