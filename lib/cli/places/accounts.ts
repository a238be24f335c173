/**
 * Users of an instance, to run programs as.
 *
 * @module
 */
import { missing } from "../../base/missing.ts";
import { ServerError, UsageError } from "../../base/errors.ts";
import { missingInstance, type Place } from "../shared/operands.ts";

/** The ids of a user, and its home where it was named. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
  readonly name?: string;
  readonly home?: string;
}

const LARGEST_ID = 2 ** 32 - 2;

/** Finds a user of an instance by `UID`, `UID:GID`, or its name in the instance's `/etc/passwd`. */
export async function account(text: string, { app, ref }: Place): Promise<Account> {
  const [, uid, gid] = /^(\d{1,10})(?::(\d{1,10}))?$/.exec(text) ?? [];
  if (uid !== undefined) {
    const ids = { uid: Number(uid), gid: Number(gid ?? uid) };
    if (ids.uid <= LARGEST_ID && ids.gid <= LARGEST_ID) return ids;
  }
  if (!/^[A-Za-z_][\w.-]*$/.test(text)) {
    throw new UsageError(`-user takes a name, UID or UID:GID, not "${text}"`);
  }
  const server = await app.server();
  const info = await server.instance(ref);
  if (!info) throw await missingInstance({ app, ref });
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
