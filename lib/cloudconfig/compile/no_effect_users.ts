/**
 * What a file says of users that has no effect, or not the one that its author may think of.
 *
 * @module
 */
import type { Path } from "../../config/yaml/source.ts";
import type { Values } from "../read/schema.ts";
import { isNone } from "../sections/users/user_schema.ts";

/** A place in a file, and what is to be said of it. */
export interface Remark {
  readonly path: Path;
  readonly message: string;
}

const EMPTY_SUDO =
  'An empty list gives no rights; the Go program gave all of them, which is "sudo: true" here';
const NONE = '"None" is taken for no account; cloud-init would ask for the keys of an account of that name';
const NO_REDIRECT = "This has no effect: it is about the keys that a cloud gives, and there is none here";

/** What has no effect in the users of a file. */
export function ofUsers(values: Values, data: unknown): Remark[] {
  const own = values.user?.ssh_redirect_user
    ? [{ path: ["user", "ssh_redirect_user"], message: NO_REDIRECT }]
    : [];
  const listed = (values.users ?? []).flatMap(({ sudo, ssh_redirect_user: redirect }, index): Remark[] => {
    const entry = (data as { users?: Record<string, unknown>[] }).users?.[index] ?? {};
    const empty = sudo?.length === 0 && Array.isArray(entry["sudo"]);
    const none = ["ssh_import_id", "ssh-import-id"].filter((key) => isNone(entry[key]));
    return [
      ...none.map((key) => ({ path: ["users", index, key], message: NONE })),
      ...(redirect ? [{ path: ["users", index, "ssh_redirect_user"], message: NO_REDIRECT }] : []),
      ...(empty ? [{ path: ["users", index, "sudo"], message: EMPTY_SUDO }] : []),
    ];
  });
  return [...own, ...listed];
}
