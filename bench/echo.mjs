// node echo.mjs SOCKET: what a bare Node does with a round trip.
import { createServer } from 'node:net';

createServer((connection) => {
	connection.on('data', (bytes) => connection.write(bytes));
	connection.on('error', () => connection.destroy());
}).listen(process.argv[2], () => console.log('ready'));
