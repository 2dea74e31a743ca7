"""The server: the HTTP API, the live events and the page. It stores and draws, and never trains."""
