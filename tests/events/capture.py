"""Captures the events that an AWS emulator hands to functions, as `emulator/*.json`.

Run with the interpreter of MiniStack's own environment, which has boto3 and wsproto; the step of `cargo xtask test` that deploys
to the emulator makes it:

    ~/.cache/parlour/ministackfull-1.5.33/bin/python tests/events/capture.py

It starts MiniStack on a free loopback port, puts one function that writes down its events behind a WebSocket API, an HTTP API, a
queue and a schedule, sends one event of each kind, ends MiniStack and writes the events with neutral ids, times and host names.
It takes about a minute, which is the schedule's. The tests put a token and a room's id where the events say <token> and <room>.

Two values differ from AWS and do not show here: `connectedAt` of every event is the event's own time, and
`disconnectStatusCode` is 1006 however the client closes.
"""

import io
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from pathlib import Path

import boto3
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Request, TextMessage

REGION = "us-east-1"
ACCOUNT = "000000000000"
FOLDER = Path(__file__).resolve().parent / "emulator"
WAIT_SECONDS = 120
USER = "018f4a5c-0000-7000-8000-0123456789ab"
CONNECTION = "L0SM9cOFvHcCIhw="
JOB = json.dumps(
    {
        "app": "a1b2c3d4e5f6",
        "room": 1,
        "seq": 2,
        "at": 4102444800000,
        "frame": {"event": "new_message", "data": {}},
        "to": [{"u": USER, "c": CONNECTION}],
    },
    separators=(",", ":"),
)

FUNCTION = '''
import json, os, uuid

def handler(event, context):
    if event.get("type") == "REQUEST":
        kind = "authorizer"
    elif "Records" in event:
        kind = "sqs"
    elif event.get("detail-type") == "Scheduled Event":
        kind = "schedule"
    elif event.get("version") == "2.0":
        kind = "http_v2"
    else:
        kind = event["requestContext"]["eventType"].lower()
    path = os.path.join(os.environ["CAPTURED"], kind + ".json")
    with open(path + ".new", "w") as file:
        json.dump(event, file)
    os.replace(path + ".new", path)
    if kind == "authorizer":
        statement = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": event["methodArn"]}
        return {
            "principalId": "018f4a5c-0000-7000-8000-0123456789ab",
            "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
            "context": {
                "app": "a1b2c3d4e5f6",
                "user": "018f4a5c-0000-7000-8000-0123456789ab",
                "dialect": "native",
                "expires": "4102448400000",
            },
        }
    return {"statusCode": 200, "body": "{}"}
'''


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def start(port, folder):
    environment = {
        **os.environ,
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "TMPDIR": str(folder),
    }
    program = Path(sys.executable).parent / "ministack"
    with open(folder / "log", "wb") as log:
        emulator = subprocess.Popen([program], env=environment, cwd=folder, stdout=log, stderr=log)
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline and emulator.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_ministack/health", timeout=2).read()
            return emulator
        except OSError:
            time.sleep(0.2)
    emulator.kill()
    sys.exit("the emulator does not start: " + (folder / "log").read_text()[-2000:])


def client(port, service):
    return boto3.client(
        service,
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def make_function(port, captured):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("index.py", FUNCTION)
    made = client(port, "lambda").create_function(
        FunctionName="events",
        Runtime=f"python3.{sys.version_info.minor}",
        Handler="index.handler",
        Role=f"arn:aws:iam::{ACCOUNT}:role/events",
        Code={"ZipFile": archive.getvalue()},
        Environment={"Variables": {"CAPTURED": str(captured)}},
    )
    return made["FunctionArn"]


def make_websocket_api(port, function):
    gateway = client(port, "apigatewayv2")
    api = gateway.create_api(
        Name="websocket", ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action"
    )["ApiId"]
    uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function}/invocations"
    integration = gateway.create_integration(
        ApiId=api, IntegrationType="AWS_PROXY", IntegrationMethod="POST", IntegrationUri=uri
    )["IntegrationId"]
    authorizer = gateway.create_authorizer(
        ApiId=api, Name="credential", AuthorizerType="REQUEST", AuthorizerUri=uri, IdentitySource=[]
    )["AuthorizerId"]
    for route in ["$connect", "$disconnect", "send_message"]:
        extra = {"AuthorizationType": "CUSTOM", "AuthorizerId": authorizer} if route == "$connect" else {}
        gateway.create_route(ApiId=api, RouteKey=route, Target=f"integrations/{integration}", **extra)
    gateway.create_stage(ApiId=api, StageName="live", AutoDeploy=True)
    return api


def make_http_api(port, function):
    gateway = client(port, "apigatewayv2")
    api = gateway.create_api(Name="rest", ProtocolType="HTTP")["ApiId"]
    integration = gateway.create_integration(
        ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=function, PayloadFormatVersion="2.0"
    )["IntegrationId"]
    gateway.create_route(ApiId=api, RouteKey="$default", Target=f"integrations/{integration}")
    gateway.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    return api


def talk(port, api):
    """One connection: a handshake with a query, one frame, a close by the client."""
    host = f"{api}.execute-api.localhost:{port}"
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        protocol = WSConnection(ConnectionType.CLIENT)
        headers = [(b"User-Agent", b"capture/1"), (b"Origin", b"https://pages.example")]
        request = Request(host=host, target="/live?token=TOKEN&hello=1", extra_headers=headers)
        connection.sendall(protocol.send(request))
        wait_for(connection, protocol, AcceptConnection)
        frame = json.dumps({"action": "send_message", "room_id": "ROOM", "text_message": "Hello"})
        connection.sendall(protocol.send(TextMessage(data=frame)))
        wait_for(connection, protocol, TextMessage)
        connection.sendall(protocol.send(CloseConnection(code=1000, reason="done")))
        wait_for(connection, protocol, CloseConnection)


def wait_for(connection, protocol, kind):
    while True:
        protocol.receive_data(connection.recv(65536) or None)
        for event in protocol.events():
            if isinstance(event, kind):
                return


def ask(port, api):
    """One request with a query, a cookie and a body."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/room/ROOM/message/send?limit=2",
        data=b'{"text_message":"Hello"}',
        headers={
            "Host": f"{api}.execute-api.localhost:{port}",
            "Content-Type": "application/json",
            "Authorization": "Bearer TOKEN",
            "Cookie": "theme=dark",
            "User-Agent": "capture/1",
        },
    )
    urllib.request.urlopen(request, timeout=30).read()


def queue(port, function):
    sqs = client(port, "sqs")
    url = sqs.create_queue(QueueName="fan_out")["QueueUrl"]
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:fan_out"
    client(port, "lambda").create_event_source_mapping(
        EventSourceArn=arn, FunctionName=function, BatchSize=10, FunctionResponseTypes=["ReportBatchItemFailures"]
    )
    sqs.send_message(QueueUrl=url, MessageBody=JOB)


def schedule(port, function):
    events = client(port, "events")
    events.put_rule(Name="every-minute", ScheduleExpression="rate(1 minute)")
    events.put_targets(Rule="every-minute", Targets=[{"Id": "sweep", "Arn": function}])


KINDS = ["authorizer", "connect", "message", "disconnect", "http_v2", "sqs", "schedule"]


def neutral(text, kind, replacements):
    """The event with ids, times, ports and host names that say nothing of the run."""
    for given, put in replacements:
        text = text.replace(given, put)
    event = json.loads(text)
    names = {
        "connectedAt": 4102444800000,
        "requestTimeEpoch": 4102444800006,
        "timeEpoch": 4102444800006,
        "requestTime": "01/Jan/2100:00:00:00 +0000",
        "time": "2100-01-01T00:00:00Z" if kind == "schedule" else "01/Jan/2100:00:00:00 +0000",
        "SentTimestamp": "4102444800000",
        "ApproximateFirstReceiveTimestamp": "4102444800006",
        "requestId": "request-1",
        "extendedRequestId": "request-1",
        "messageId": "message-1",
        "connectionId": CONNECTION,
        "receiptHandle": "receipt-1",
        "id": "event-1",
        "sec-websocket-key": "bm90IGEgc2VjcmV0IQ==",
    }

    def walk(value, key=None):
        if isinstance(value, dict):
            return {name: walk(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [walk(inner, key) for inner in value]
        known = names.get(key if key in names else (key or "").lower())
        return known if known is not None and value is not None else value

    return json.dumps(walk(event), indent=2, sort_keys=True) + "\n"


def main():
    folder = Path(tempfile.mkdtemp())
    captured = folder / "captured"
    captured.mkdir()
    port = free_port()
    emulator = start(port, folder)
    try:
        function = make_function(port, captured)
        schedule(port, function)
        queue(port, function)
        websocket, rest = make_websocket_api(port, function), make_http_api(port, function)
        talk(port, websocket)
        ask(port, rest)
        deadline = time.monotonic() + WAIT_SECONDS
        left = KINDS
        while left and time.monotonic() < deadline:
            time.sleep(0.5)
            left = [kind for kind in KINDS if not (captured / f"{kind}.json").exists()]
        if left:
            sys.exit(f"not captured: {left}\n" + (folder / "log").read_text()[-4000:])
        replacements = [(f":{port}", ""), (websocket, "a1b2c3d4e5"), (rest, "f6g7h8i9j0"), ("TOKEN", "<token>"), ("ROOM", "<room>")]
        FOLDER.mkdir(exist_ok=True)
        for kind in KINDS:
            text = (captured / f"{kind}.json").read_text()
            (FOLDER / f"{kind}.json").write_text(neutral(text, kind, replacements))
            print(FOLDER / f"{kind}.json")
    finally:
        emulator.terminate()
        try:
            emulator.wait(timeout=30)
        except subprocess.TimeoutExpired:
            emulator.kill()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
