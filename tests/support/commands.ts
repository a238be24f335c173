/** Commands of the scripts of dry runs. */
import { RECORD_MARK } from "../../lib/plan/record/record.ts";

/** Returns the words of a command line of a script, without redirections. */
export function words(line: string): string[] {
  const [command] = line.split(" </dev/null");
  return [...command!.matchAll(/(?:'[^']*'|\\'|[^ '\\])+/g)].map(([word]) =>
    word.replaceAll(/'([^']*)'|\\(')/g, (_, inner, quote) => quote ?? inner)
  );
}

/** Returns a command without the record that it also writes; golden plans have none. */
export function withoutRecord(command: string): string {
  if (!command.includes(RECORD_MARK)) return command;
  return command.replace(/,?"user[.]lxops[.]record":"(?:[^"\\]|\\.)*"/, "").replace(',"config":{}', "");
}

/** Tells whether a command without its record does nothing. */
export function onlyRecord(command: string): boolean {
  return /^lxops query -X PATCH -d '\{"config":\{\}\}' /.test(command);
}
