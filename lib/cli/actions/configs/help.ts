/**
 * `help`.
 *
 * @module
 */
import { didYouMean } from "../../../base/suggest.ts";
import { wrapLong } from "../../../base/wrap.ts";
import type { Format } from "../../../config/format.ts";
import { EXIT, UsageError } from "../../../base/errors.ts";
import type { App } from "../../command/app.ts";
import type { AnyCommand, GroupCommand } from "../../command/command.ts";
import { globalFlags } from "../../command/flags.ts";
import { meaningOf } from "../../command/meanings.ts";
import { helpText, textColumns, TOPIC_NAMES, type TopicName } from "../../command/help.ts";

/** Prints a topic, or the help of a command of the tree that is loaded. */
export async function help(
  load: () => Promise<GroupCommand>,
  words: readonly string[],
  app: App,
): Promise<number> {
  const [word, ...more] = words;
  if (word === "json" && more.length > 0) {
    app.print((await import("../../results/schema.ts")).jsonHelp(more));
    return EXIT.ok;
  }
  const topic = words.length === 1 ? TOPIC_NAMES.find((name) => name === word) : undefined;
  app.print(
    topic
      ? wrapLong(await topicText(topic, app.formats), textColumns(app.width()))
      : helpText(pathOf(await load(), words), globalFlags, { width: app.width() }),
  );
  return EXIT.ok;
}

/** Renders a topic; its text is loaded only then. */
export async function topicText(topic: TopicName, formats: readonly Format[]): Promise<string> {
  switch (topic) {
    case "exit-codes":
      return (await import("../../command/exit_codes.ts")).exitCodesText();
    case "json":
      return (await import("../../results/schema.ts")).jsonHelp([]);
    case "ci":
      return (await import("../ci/help.ts")).ciText();
    case "concepts":
    case "tutorial":
    case "files":
    case "environment":
      return (await import("../../command/first_guides.ts")).FIRST_GUIDES[topic];
    case "data":
    case "cloud-config":
    case "daemons":
    case "pools":
    case "migrate":
      return (await import("../../command/guides.ts")).GUIDES[topic];
    default:
      return (await import("../../../config/describe/reference.ts")).TOPICS[topic]!(formats);
  }
}

/** Words that are topics under another name. */
const TOPICS_ELSEWHERE: Readonly<Partial<Record<TopicName, readonly string[]>>> = {
  after: ["depends_on", "dependencies", "order"],
  check: ["health", "healthcheck", "healthchecks"],
  "cloud-config": ["cloud-init", "packages", "users"],
  config: ["configuration", "file", "keys", "yaml"],
  data: ["backup", "backups", "volumes"],
  device: ["bind", "mount", "mounts"],
  directory: ["bootstrap", "compose", "dotenv", "env", "settings", "template"],
  "exit-codes": ["codes", "errors"],
  idmap: ["ids", "permissions", "uid"],
  limits: ["cpu", "memory"],
  port: ["network", "networks", "publish"],
  properties: ["variables"],
  tutorial: ["example", "examples", "first", "intro", "quickstart", "start-here"],
};

function topicOf(word: string): string | undefined {
  return Object.entries(TOPICS_ELSEWHERE).find(([, words]) => words.includes(word))?.[0];
}

function pathOf(root: GroupCommand, words: readonly string[]): readonly AnyCommand[] {
  const path: AnyCommand[] = [root];
  for (const word of words) {
    const last = path.at(-1)!;
    const known = last.kind === "group" ? last.commands : [];
    const next = known.find((one) => one.name === word);
    if (!next) {
      const names = [...path.length === 1 ? TOPIC_NAMES : [], ...known.map((one) => one.name)];
      // A topic with a similar name is preferred to a command with the meaning of the word elsewhere.
      const meant = path.length === 1 ? topicOf(word) : undefined;
      const topic = meant
        ? `; see: lxops help ${meant}`
        : path.length === 1
        ? didYouMean(word, TOPIC_NAMES)
        : "";
      const means = path.length === 1 && topic === "" && meaningOf(word);
      const near = topic || (means ? `; see: ${means}` : didYouMean(word, names));
      throw new UsageError(`There is no help on "${words.join(" ")}"${near}`, [
        `Topics: ${TOPIC_NAMES.join(", ")}`,
      ]);
    }
    path.push(next);
  }
  return path;
}
