"""The process around the app: listening, workers, stopping, the terminal."""
