/**
 * A combined look into an instance before its rebuild, for its users and groups and for the files that would be lost.
 * One program does both, as the daemon takes 40 ms to start a program in an instance.
 *
 * @module
 */
import type { InstanceInfo, InstanceRef, InstanceServer } from "../../ports/mod.ts";
import type { Looked, Peek } from "../../ports/peek.ts";
import { ACCOUNT_FILES } from "./account_files.ts";
import { LOSS_LIMITS, lossScript } from "./lost.ts";

/** The most bytes of a file of accounts; a larger one is read on its own, which tells what is wrong with it. */
const ACCOUNT_BYTES = 1024 * 1024;

/** Prints both files, each line with the name of its file, where both are usual files. */
const ACCOUNTS = `
lxops_accounts() {
  for file in ${ACCOUNT_FILES.join(" ")}; do
    [ -f "$file" ] && [ "$(head -c ${ACCOUNT_BYTES + 1} "$file" | wc -c)" -le ${ACCOUNT_BYTES} ] || return
  done
  for file in ${ACCOUNT_FILES.join(" ")}; do awk -v name="$file" '{ print name "\\t" $0 }' "$file"; done
  echo accounts
}
`;

/** The line after both files. */
const ACCOUNTS_END = "\naccounts\n";

/** The most characters in which the files of accounts are looked for. */
const ACCOUNT_CHARACTERS = 4 * ACCOUNT_BYTES;

/** Answers of a look that has begun. */
export interface EarlyLook {
  /** The files as soon as the instance has told them; `undefined` where they are to be read on their own. */
  readonly accounts: Promise<readonly [Peek, Peek] | undefined>;
  /** The script that asks for the lost files alone. */
  readonly script: Promise<string | undefined>;
  readonly loss: Promise<Looked>;
}

/** Begins to look into an instance. The daemon starts the program while it is not known yet whether the instance runs. */
export function lookEarly(
  server: Pick<InstanceServer, "look">,
  ref: InstanceRef,
  running: Promise<InstanceInfo | undefined>,
): EarlyLook {
  const accountsFirst = { texts: [ACCOUNTS], calls: ["lxops_accounts"] };
  const whole = running.then((info) => info ? lossScript(info, accountsFirst) : "");
  const accounts = Promise.withResolvers<readonly [Peek, Peek] | undefined>();
  const decoder = new TextDecoder();
  let text = "";
  const loss = server.look(ref, whole, LOSS_LIMITS, (bytes) => {
    if (text.length > ACCOUNT_CHARACTERS) return;
    const before = Math.max(0, text.length - ACCOUNTS_END.length);
    text += decoder.decode(bytes, { stream: true });
    const end = text.indexOf(ACCOUNTS_END, before);
    if (end >= 0) accounts.resolve(accountsIn(text.slice(0, end)));
  });
  loss.then(() => accounts.resolve(undefined), () => accounts.resolve(undefined));
  return {
    accounts: accounts.promise,
    script: running.then((info) => info && lossScript(info)),
    loss,
  };
}

/** Returns both files of an answer. */
function accountsIn(text: string): readonly [Peek, Peek] {
  const lines = text.split("\n");
  const of = (path: string): Peek => ({
    text: lines.filter((line) => line.startsWith(`${path}\t`)).map((line) =>
      `${line.slice(path.length + 1)}\n`
    )
      .join(""),
  });
  const [passwd, group] = ACCOUNT_FILES;
  return [of(passwd), of(group)];
}
