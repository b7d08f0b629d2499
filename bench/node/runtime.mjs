// The loop of a Lambda function, over the Runtime API: AWS's own client is a native module, which npm has to compile.
// `node:http` and not `fetch`, since the SDK loads it anyway: a second client would count against Node.

import http from 'node:http';

import { handler } from './handler.mjs';

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true });

function call(method, path, body) {
  return new Promise((resolve, reject) => {
    const options = { agent, host, port, method, path: `/2018-06-01/runtime/invocation/${path}` };
    const request = http.request(options, async (response) => {
      const chunks = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve({ headers: response.headers, text: Buffer.concat(chunks).toString() });
    });
    request.on('error', reject).end(body);
  });
}

async function serve() {
  for (;;) {
    const { headers, text } = await call('GET', 'next');
    const id = headers['lambda-runtime-aws-request-id'];
    try {
      await call('POST', `${id}/response`, JSON.stringify(await handler(JSON.parse(text))));
    } catch (error) {
      const failure = { errorType: error.name, errorMessage: error.message };
      await call('POST', `${id}/error`, JSON.stringify(failure));
    }
  }
}

serve();
