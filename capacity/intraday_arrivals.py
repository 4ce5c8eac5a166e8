"""Daily forecasts made hourly, by how the items of a day fall on its hours."""

from forecasting import IntradayProfile, VolumeForecast


def intraday_forecast(forecast: VolumeForecast, profile: IntradayProfile, *, seed: int | None = None) -> VolumeForecast:
    """Split every day of every path into hours or half hours.

    Parameters
    ----------
    forecast
        Daily paths. Without a profile their items are taken as even over the day.
    profile
        Of the same queues in the same order; it says how unsure its shares are.
    seed : int, optional
        Of the draws; that of the forecast if None.

    Returns
    -------
    VolumeForecast
        Of the profile's frequency. A day's periods add up to exactly that day, so daily and weekly totals keep
        their joint distribution; whatever takes a forecast takes this one.

    Raises
    ------
    ValueError
        If the forecast is not daily, or the queues differ.

    Notes
    -----
    The periods are counts, chance included, so `capacity.performance.queue_service` adds no chance of arrivals
    between them (`counted_hours`).

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from forecasting import VolumeHistory, forecast_volumes
    >>> hours = pd.date_range("2026-01-05", periods=24 * 28, freq="h")
    >>> frame = pd.DataFrame({"queue": "chat", "date": hours, "items": np.where(hours.hour < 12, 30, 10)})
    >>> profile = IntradayProfile.from_history(VolumeHistory.from_frame(frame))
    >>> days = VolumeHistory.from_frame(frame.groupby(["queue", frame.date.dt.floor("D")]).items.sum().reset_index())
    >>> hourly = intraday_forecast(forecast_volumes(days, 7, n_paths=20), profile)
    >>> hourly.arrivals.shape, bool(hourly.mean()[0, :12].sum() > 2 * hourly.mean()[0, 12:24].sum())
    ((1, 20, 168), True)
    """
    if forecast.frequency.period_hours != 24:
        raise ValueError(f"forecast must be daily to be split into hours; it is {forecast.frequency}")
    if profile.queues != forecast.queues:
        raise ValueError(f"profile must hold the queues of the forecast, {forecast.queues}; found {profile.queues}")
    arrivals, starts = profile.split(forecast.arrivals, forecast.period_start, forecast.seed if seed is None else seed)
    return VolumeForecast(
        queues=forecast.queues,
        period_start=starts,
        frequency=profile.frequency,
        arrivals=arrivals,
        method=forecast.method,
        seed=forecast.seed,
        history=forecast.history,
    )
