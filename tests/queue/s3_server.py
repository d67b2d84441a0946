"""An S3-like server that checks keys: prints its port, and a key with leave for one bucket, as JSON.

Then it obeys lines of its input: "stop" and "start" make it be away for a while, "close" takes the key's leave. The end of its
input ends it.
"""

import json
import os
import sys

os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "5"  # The five below: from then on whoever asks needs leave.

import boto3  # noqa: E402
from moto.server import ThreadedMotoServer  # noqa: E402

BUCKET, CLOSED, MISSING = "sweeps", "closed", "no-such-bucket"


def serve(port):
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    return server


def client(name, port):
    return boto3.client(
        name,
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="us-east-1",
        aws_access_key_id="any",
        aws_secret_access_key="any",
    )


def policy(effect):
    resources = [f"arn:aws:s3:::{name}{rest}" for name in (BUCKET, MISSING) for rest in ("", "/*")]
    statement = {"Effect": effect, "Action": "s3:*", "Resource": resources}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


server = serve(0)
_, port = server.get_host_and_port()
iam, s3 = client("iam", port), client("s3", port)
iam.create_user(UserName="worker")
key = iam.create_access_key(UserName="worker")["AccessKey"]
iam.put_user_policy(UserName="worker", PolicyName="leave", PolicyDocument=policy("Allow"))
for name in (BUCKET, CLOSED):
    s3.create_bucket(Bucket=name)
print(json.dumps({"port": port, "id": key["AccessKeyId"], "secret": key["SecretAccessKey"]}), flush=True)

for line in sys.stdin:
    match line.strip():
        case "stop":
            server.stop()
        case "start":
            server = serve(port)
        case "close":
            from moto.iam.models import iam_backends

            for backend in iam_backends.values():
                backend["aws"].put_user_policy("worker", "leave", policy("Deny"))
    print(json.dumps("done"), flush=True)
