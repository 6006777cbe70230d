// Counts visits in redis, by its own protocol over one connection: the example needs no package.
import { createServer } from 'node:http';
import { connect } from 'node:net';

const { PORT, REDIS_PORT, GREETING } = process.env;
const waiting = [];
const redis = connect(Number(REDIS_PORT), '127.0.0.1');
redis.setEncoding('utf8');
redis.on('data', (text) => {
	for (const line of text.split('\r\n').filter(Boolean)) waiting.shift()?.(line);
});
// Without redis there is nothing to serve: archon starts us again when it is back.
redis.on('close', () => process.exit(1));
redis.on('error', (error) => console.error(error.message));

function ask(command) {
	return new Promise((resolve) => {
		waiting.push(resolve);
		redis.write(`${command}\r\n`);
	});
}

createServer(async (request, response) => {
	const reply = await ask(request.url === '/health' ? 'PING' : 'INCR visits');
	response.end(`${GREETING} ${reply.slice(1)}\n`);
}).listen(Number(PORT), '127.0.0.1', () => console.log(`listening on ${PORT}`));

process.on('SIGTERM', () => process.exit(0));
