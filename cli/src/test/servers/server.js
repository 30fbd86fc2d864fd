// A web server typical of Node programs: prints its port once it listens.
const server = require('http').createServer((request, response) => response.end('ok'));

server.listen(0, '127.0.0.1', () => console.log('ready', server.address().port));
