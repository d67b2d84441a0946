/** Which requests are answered: those of our own page, by a reader at this machine. @module */

/** Names of this machine that lead to no other: a page elsewhere whose name is made to mean this machine has its own. */
const names = ["127.0.0.1", "localhost", "[::1]"];

/** Why a request is refused, as an HTTP status; undefined where it is answered. */
export function refusalOf(request: Request, port: number): number | undefined {
  const { headers, method } = request;
  if (method !== "GET" && method !== "HEAD") return 405;
  const host = headers.get("host") ?? "";
  if (!names.some((name) => host === `${name}:${port}` || (port === 80 && host === name))) return 421;
  const origin = headers.get("origin");
  if (origin !== null && origin !== `http://${host}`) return 403;
  // Browsers say so of what another page asks for, be it as a picture; a link that somebody follows is `navigate`.
  const site = headers.get("sec-fetch-site");
  const isOwn = site === null || site === "same-origin" || site === "none";
  return isOwn || headers.get("sec-fetch-mode") === "navigate" ? undefined : 403;
}
