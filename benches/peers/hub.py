# Flask as people start with it: `python3 hub.py <port>`. What is posted goes to everybody who listens.
import logging
import sys
from queue import Queue

from flask import Flask, Response, request

app = Flask(__name__)
logging.getLogger("werkzeug").disabled = True
listeners = []


@app.post("/")
def publish():
    for listener in list(listeners):
        listener.put(request.get_data(as_text=True))
    return ""


@app.get("/")
def listen():
    listener = Queue()
    listeners.append(listener)

    def events():
        yield ": welcome\n\n"
        while True:
            yield f"data: {listener.get()}\n\n"

    return Response(events(), mimetype="text/event-stream")


app.run(port=int(sys.argv[1]), threaded=True)
