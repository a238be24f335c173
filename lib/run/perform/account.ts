/**
 * Users of an instance, to run programs as.
 *
 * @module
 */
import { missing, noInstance } from "../../base/missing.ts";
import { ServerError, UsageError } from "../../base/errors.ts";
import type { Exec, InstanceRef, InstanceServer } from "../../ports/mod.ts";

/** The ids of a user, and its home where it was named. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
  readonly name?: string;
  readonly home?: string;
}

const LARGEST_ID = 2 ** 32 - 2;

/** Reads `UID` or `UID:GID`; `undefined` where a text is the name of a user. */
export function idsOf(text: string): Account | undefined {
  const [, uid, gid] = /^(\d{1,10})(?::(\d{1,10}))?$/.exec(text) ?? [];
  if (uid !== undefined) {
    const ids = { uid: Number(uid), gid: Number(gid ?? uid) };
    if (ids.uid <= LARGEST_ID && ids.gid <= LARGEST_ID) return ids;
  }
  if (/^[A-Za-z_][\w.-]*$/.test(text)) return undefined;
  throw new UsageError(`--user takes a name, UID or UID:GID, not "${text}"`);
}

/** Finds a user of an instance by `UID`, `UID:GID`, or its name in the instance's `/etc/passwd`. */
export async function findAccount(
  text: string,
  ref: InstanceRef,
  server: Pick<InstanceServer, "instance" | "readSmall">,
): Promise<Account> {
  const ids = idsOf(text);
  if (ids) return ids;
  const info = await server.instance(ref);
  if (!info) throw noInstance(ref);
  const passwd = await server.readSmall(info, "/etc/passwd");
  if (passwd.strange !== undefined) {
    throw new ServerError(`Cannot find user "${text}" in instance "${ref.name}": ${passwd.strange}`);
  }
  const users = passwd.text.split("\n").map((line) => line.split(":"));
  const found = users.find(([name, , uid, gid]) =>
    name === text && /^\d{1,10}$/.test(uid ?? "") && /^\d{1,10}$/.test(gid ?? "")
  );
  if (!found) {
    const known = users.flatMap(([name]) => name || []);
    throw missing("user", text, { where: ` in instance "${ref.name}"`, known });
  }
  const home = found[5]?.startsWith("/") ? found[5] : "/";
  return { uid: Number(found[2]), gid: Number(found[3]), name: text, home };
}

/** Returns a program's ids and variables as those of a user. The daemons set the variables for root only. */
export function asAccount({ uid, gid, name, home }: Account, env: Exec["env"]): Pick<Exec, "user" | "env"> {
  return {
    user: { uid, gid },
    ...(home === undefined ? {} : { env: { HOME: home, USER: name!, ...env } }),
  };
}
