// Runs the server audit of graphql-http against an address; a token is taken from the environment.
// Prints one JSON array: [{id, name, status, reason}].

import { auditServer } from "graphql-http";

const [url] = process.argv.slice(2);
const token = process.env.TOKEN;

function fetchFn(address, options = {}) {
  const headers = { ...options.headers, ...(token ? { authorization: `Bearer ${token}` } : {}) };
  return fetch(address, { ...options, headers });
}

const results = await auditServer({ url, fetchFn });
console.log(JSON.stringify(results.map(({ id, name, status, reason }) => ({ id, name, status, reason }))));
