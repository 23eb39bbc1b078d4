// A real OpenID provider for the tests: `node provider.js '{"port": 1, "clients": [...], "people": {...}}'`.
// It signs, checks PKCE, uses codes up and ends sessions as a city's provider does. POST /bend replaces parts of the
// next answer of an endpoint, so that a test can play the part of an attacker in between.
import Provider from "oidc-provider";

const { port, clients, people, lasts } = JSON.parse(process.argv[2]);
const issuer = `http://127.0.0.1:${port}`;
const provider = new Provider(issuer, {
  clients,
  cookies: { keys: ["only for tests"] },
  claims: { openid: ["sub"], profile: ["name", "employee_number", "email", "email_verified", "account_type"] },
  conformIdTokenClaims: false,
  features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
  pkce: { required: () => true },
  ttl: { IdToken: lasts ?? 3600 },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
});

let bent = null;
provider.use(async (ctx, next) => {
  if (ctx.path === "/bend") {
    bent = JSON.parse(await new Response(ctx.req).text());
    ctx.status = 204;
    return;
  }
  await next();
  if (bent && ctx.path === bent.at && ctx.status === 200) {
    ctx.body = { ...ctx.body, ...bent.answer };
    bent = null;
  }
});
provider.listen(port, "127.0.0.1", () => console.log("ready"));
