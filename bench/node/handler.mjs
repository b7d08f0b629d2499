// A chat function as Node programs on AWS are written: one put, one query, one post for each other connection.
// It does what `send_message` does as far as the tables and the connections see it, and none of its checks.

import { ApiGatewayManagementApiClient, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';

const CHAT_TABLE = process.env.PARLOUR_CHAT_TABLE;
const CONNECTIONS_TABLE = process.env.PARLOUR_CONNECTIONS_TABLE;

// Made once per process, outside the handler, as AWS advises.
const tables = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const connections = new ApiGatewayManagementApiClient({ endpoint: process.env.PARLOUR_MANAGEMENT_ENDPOINT });

export async function handler(event) {
  const { text_message: text } = JSON.parse(event.body);
  const { connectionId, requestId, requestTimeEpoch } = event.requestContext;
  const message = { pk: 'node', sk: requestId, text, sentAt: requestTimeEpoch };
  await tables.send(new PutCommand({ TableName: CHAT_TABLE, Item: message }));

  const room = await tables.send(
    new QueryCommand({
      TableName: CONNECTIONS_TABLE,
      KeyConditionExpression: 'pk = :room',
      ExpressionAttributeValues: { ':room': 'node' },
    }),
  );
  const others = room.Items.filter((row) => row.sk !== connectionId);
  const frame = JSON.stringify({ event: 'message', data: message });
  await Promise.all(
    others.map((row) => connections.send(new PostToConnectionCommand({ ConnectionId: row.sk, Data: frame }))),
  );
  return { statusCode: 200, body: JSON.stringify({ event: 'ack', data: { id: requestId } }) };
}
