"""A trivial Chalice application."""

from chalice.app import Chalice

app = Chalice(app_name="benchmark")


@app.route("/hello")
def hello() -> dict[str, str]:
    """Answer with as little work as a route can do."""
    return {"hello": "world"}
