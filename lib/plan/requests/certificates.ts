/**
 * Requests about who is trusted, each built by one pure function.
 * Rule of paths and bodies: the REST API of LXD and Incus, version 1.0.
 *
 * @module
 */
import { apiPath } from "../../base/api.ts";
import type { Request } from "../../ports/mod.ts";

/** Has the daemon trust this client; Incus takes the token under one name, and LXD 5.0 under the other. */
export function trustClient(token: string): Request {
  return {
    method: "POST",
    path: apiPath(["certificates"]),
    body: { type: "client", trust_token: token, password: token },
  };
}
