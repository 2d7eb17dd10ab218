// Evaluates users with Amplitude's SDK for Node against a fake service, and
// writes a line of JSON whenever the result changes. The argument is the folder
// with the SDK. Ends with its input.
import { createRequire } from 'node:module';

const require = createRequire(process.argv[2] + '/');
const { Experiment } = require('@amplitude/experiment-node-server');

const { SERVER_URL, DEPLOYMENT_KEY, API_KEY, SECRET_KEY } = process.env;
const client = Experiment.initializeLocal(DEPLOYMENT_KEY, {
  serverUrl: SERVER_URL,
  streamUpdates: true,
  streamServerUrl: SERVER_URL,
  cohortSyncConfig: { apiKey: API_KEY, secretKey: SECRET_KEY, cohortServerUrl: SERVER_URL },
});
await client.start();

const users = {
  member: { user_id: 'ada' },
  stranger: { user_id: 'eve' },
  colleague: { user_id: 'eve', groups: { org: ['acme'] } },
};
let last = '';
const look = () => {
  const keys = Object.entries(users).map(([name, user]) => [name, client.evaluateV2(user).checkout?.key ?? null]);
  const line = JSON.stringify(Object.fromEntries(keys));
  if (line !== last) {
    console.log(line);
    last = line;
  }
};
look();
setInterval(look, 20);
process.stdin.on('end', () => process.exit(0)).resume();
