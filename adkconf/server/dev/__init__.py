"""The pages for people who build an app, and what google-adk's web UI asks for."""
