import cf from 'cloudfront';

// Filled in by render.mjs: the stage of the WebSocket API, and what host names stand for, as 'app/service'.
const STAGE = 'prod';
const HOSTS = {};

// A CloudFront function for viewer requests (JavaScript runtime 2.0), which has neither `for of` nor destructuring.
//
// Whose a request is, it decides as `shared/protocol/src/dialect/place.rs` does: vectors.json holds both to it. A WebSocket
// API has one path, so a handshake goes to that, with app, service and path in the query. REST keeps its path; what a host name
// stood for is written as the prefix, because the origin is not told the name.

const SERVICES = ['sourceloop', 'go-chat', 'chat-panel', 'callsewa', 'facebook-clone'];
const GO_CHAT = ['/api/v1/auth', '/api/v1/rooms', '/api/v1/users'];
const NATIVE_SOCKETS = ['/', '/ws', '/' + STAGE];

const NATIVE = { kind: 'native' };
const NOWHERE = { kind: 'nowhere' };

function handler(event) {
  const request = event.request;
  const host = bound(request.headers.host);
  const place = placeOf(host, request.uri);
  if (place.kind === 'nowhere') {
    return notFound(event);
  }
  // CloudFront shows functions no `Upgrade` header.
  if (request.headers['sec-websocket-key']) {
    return isSocket(request, place) ? handshake(request, place) : notFound(event);
  }
  if (place.kind === 'of' && place.app !== null) {
    request.uri = '/a/' + place.app + '/' + place.service + place.path;
  }
  return request;
}

function isSocket(request, place) {
  return place.kind === 'of' || NATIVE_SOCKETS.indexOf(request.uri) >= 0;
}

function handshake(request, place) {
  const query = request.querystring;
  const taken = place.kind === 'native' ? ['dialect', 'path'] : ['app', 'dialect', 'path'];
  Object.keys(query).forEach(function (name) {
    if (taken.indexOf(decoded(name)) >= 0) {
      delete query[name];
    }
  });
  if (place.kind === 'of') {
    if (place.app !== null) {
      query.app = { value: encoded(place.app) };
    }
    query.dialect = { value: place.service };
    query.path = { value: encoded(place.path) };
  }
  request.uri = '/' + STAGE;
  cf.selectRequestOriginById('websocket');
  return request;
}

// As `place`. A `service` of 'socket.io' is one of the two that speak it, as the handshake's credential shows.
function placeOf(host, path) {
  if (path.startsWith('/a/')) {
    return prefixed(path.slice('/a/'.length));
  }
  if (host !== null) {
    return of(host.app, host.service, path);
  }
  return isPlain(path) ? byPath(path) : NATIVE;
}

function prefixed(named) {
  const parts = named.split('/');
  const app = parts[0];
  const service = parts.length > 1 ? parts[1] : '';
  if (app === '' || isDots(app) || SERVICES.indexOf(service) < 0) {
    return NOWHERE;
  }
  return of(app, service, named.slice(app.length + 1 + service.length));
}

function of(app, service, path) {
  const own = path === '' ? '/' : path;
  return isPlain(own) ? { kind: 'of', app: app, service: service, path: own } : NOWHERE;
}

function byPath(path) {
  if (path.startsWith('/socket.io/')) {
    return of(null, 'socket.io', path);
  }
  const isGoChat = GO_CHAT.some(function (root) {
    return isUnder(root, path);
  });
  if (isGoChat || /^\/ws\/chat\/[^/]+$/.test(path)) {
    return of(null, 'go-chat', path);
  }
  return isUnder('/api/chat', path) ? of(null, 'facebook-clone', path) : NATIVE;
}

function isUnder(root, path) {
  return path === root || path.startsWith(root + '/');
}

function isPlain(path) {
  const segments = path.split('/');
  const last = segments.length - 1;
  return last > 0 && segments.every(function (segment, at) {
    return at === 0 ? segment === '' : !isDots(segment) && (at === last || segment !== '');
  });
}

function isDots(segment) {
  const dots = segment.toLowerCase().replace(/%2e/g, '.');
  return dots === '.' || dots === '..';
}

function bound(header) {
  const name = header ? header.value.toLowerCase().replace(/:[0-9]+$/, '') : '';
  if (!Object.prototype.hasOwnProperty.call(HOSTS, name)) {
    return null;
  }
  const parts = HOSTS[name].split('/');
  return { app: parts[0], service: parts[1] };
}

// For a value of the query, where a slash needs no escape.
function encoded(text) {
  return encodeURIComponent(text).replace(/%2F/g, '/');
}

// The name of a parameter as its reader will see it.
function decoded(name) {
  try {
    return decodeURIComponent(name);
  } catch (malformed) {
    return name;
  }
}

// A problem document, as REST's own.
function notFound(event) {
  const problem = {
    type: 'urn:parlour:error:not_found',
    title: 'There is no such thing.',
    status: 404,
    code: 'not_found',
    detail: 'There is no such thing.',
    retryable: false,
    request_id: event.context.requestId,
  };
  return {
    statusCode: 404,
    statusDescription: 'Not Found',
    headers: {
      'content-type': { value: 'application/problem+json' },
      'cache-control': { value: 'no-store' },
      'access-control-allow-origin': { value: '*' },
    },
    body: JSON.stringify(problem),
  };
}
