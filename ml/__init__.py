"""Models: search, speech, language, recommendation, forecasts."""
