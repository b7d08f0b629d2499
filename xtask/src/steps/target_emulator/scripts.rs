//! What is asked of the emulator by the SDK for Python: it looks at signatures.

/// As `infra/README.md` says it with the AWS CLI; the value is in no argument, which other users could read.
pub(super) const PUT_SIGNING_KEYS: &str = "import boto3, os; boto3.client('ssm').put_parameter(\
    Name='/parlour/signing-key', Type='SecureString', Value=os.environ['SIGNING_KEYS'])";

/// A rule of the event bus that puts what Parlour says there into a queue.
pub(super) const WATCH_BUS: &str = "import boto3
sqs, events = boto3.client('sqs'), boto3.client('events')
url = sqs.create_queue(QueueName='suite-events')['QueueUrl']
arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=['QueueArn'])['Attributes']['QueueArn']
events.put_rule(Name='suite-events', EventPattern='{\"source\": [\"parlour\"]}')
events.put_targets(Rule='suite-events', Targets=[{'Id': 'queue', 'Arn': arn}])";

/// After the suite there is something in it, and it is what rules and their targets are promised.
pub(super) const READ_BUS: &str = "import boto3, json
sqs = boto3.client('sqs')
url = sqs.get_queue_url(QueueName='suite-events')['QueueUrl']
messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get('Messages', [])
assert messages, 'the event bus heard of nothing'
for message in messages:
    event = json.loads(message['Body'])
    detail = event['detail']
    assert event['source'] == 'parlour' and event['detail-type'] == detail['type'], event
    assert set(detail) == {'id', 'app_id', 'type', 'timestamp', 'data'}, sorted(detail)
    assert detail['id'].startswith(detail['data'].get('message', detail['data'])['id']), detail['id']";

/// An event of the integrator's own system, put into the queue, makes a user whom REST then has.
pub(super) const SEND_EVENT: &str = "import boto3, json, os, time, urllib.request
event = {'id': 'e-queue', 'type': 'user.created', 'time': '2020-01-31T12:00:00Z', 'subject': 'from-the-queue',
         'data': {'name': 'Cleo'}}
message = json.dumps({'app': os.environ['APP_ID'], 'event': event})
boto3.client('sqs').send_message(QueueUrl=os.environ['QUEUE_URL'], MessageBody=message)
request = urllib.request.Request(os.environ['REST_URL'] + '/user?external_id=from-the-queue',
                                 headers={'clientKey': os.environ['CLIENT_KEY']})
for _ in range(120):
    with urllib.request.urlopen(request, timeout=30) as answer:
        found = json.load(answer)['items']
    if found:
        break
    time.sleep(0.5)
assert [user['name'] for user in found] == ['Cleo'], found";

/// What the functions said of failures, from their log groups; nothing else keeps it when the emulator ends.
pub(super) const READ_WARNINGS: &str = "import boto3
logs = boto3.client('logs')
for page in logs.get_paginator('describe_log_groups').paginate():
    for group in page['logGroups']:
        for events in logs.get_paginator('filter_log_events').paginate(logGroupName=group['logGroupName']):
            for event in events['events']:
                if 'WARN' in event['message'] or 'ERROR' in event['message']:
                    print(group['logGroupName'], event['message'].strip())
";
