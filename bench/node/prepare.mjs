// Puts the rows that the handler's query finds: the connections named as arguments, in one room.

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';

const tables = DynamoDBDocumentClient.from(new DynamoDBClient({}));
for (const sk of process.argv.slice(2)) {
  await tables.send(new PutCommand({ TableName: process.env.PARLOUR_CONNECTIONS_TABLE, Item: { pk: 'node', sk } }));
}
