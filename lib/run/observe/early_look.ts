/**
 * A combined look into an instance before its rebuild, for its users and groups and for the files that would be lost.
 * One program does both, as the daemon takes 40 ms to start a program in an instance.
 *
 * @module
 */
import { END } from "../../plan/drift/answer.ts";
import type { InstanceInfo, InstanceServer } from "../../ports/mod.ts";
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

/** Answers of a look that has begun. */
export interface EarlyLook {
  /** `undefined` where the files are to be read on their own. */
  readonly accounts: Promise<readonly [Peek, Peek] | undefined>;
  /** The script that asks for the lost files alone. */
  readonly script: string;
  readonly loss: Promise<Looked>;
}

/** Begins to look into an instance that runs. */
export function lookEarly(server: Pick<InstanceServer, "look">, info: InstanceInfo): EarlyLook {
  const accountsFirst = { texts: [ACCOUNTS], calls: ["lxops_accounts"] };
  const loss = server.look(info, lossScript(info, accountsFirst), LOSS_LIMITS);
  const accounts = loss.then(({ text }) => accountsIn(text), () => undefined);
  loss.catch(() => {});
  return { accounts, script: lossScript(info), loss };
}

/** Returns both files of an answer that has them whole. */
function accountsIn(text = ""): readonly [Peek, Peek] | undefined {
  const lines = text.split("\n");
  if (!lines.includes("accounts") || !lines.includes(END)) return undefined;
  const of = (path: string): Peek => ({
    text: lines.filter((line) => line.startsWith(`${path}\t`)).map((line) =>
      `${line.slice(path.length + 1)}\n`
    )
      .join(""),
  });
  const [passwd, group] = ACCOUNT_FILES;
  return [of(passwd), of(group)];
}
