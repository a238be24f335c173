/**
 * Finds the services that simple commands enable, disable, start and stop.
 *
 * @module
 */
import type { ServiceCheck } from "../../model/check.ts";

type Effect = Pick<ServiceCheck, "enabled" | "active" | "masked">;

/** Effects of the words of service managers. */
const EFFECTS: Readonly<Record<string, Effect>> = {
  enable: { enabled: true },
  reenable: { enabled: true },
  disable: { enabled: false },
  mask: { masked: true },
  unmask: { masked: false },
  start: { active: true },
  restart: { active: true },
  stop: { active: false },
};

const NAME = /^[A-Za-z0-9][\w@.:+-]*$/;

/** Units of systemd that have another end in their names than services, and a state that a look can tell. */
const OTHER_UNITS = /\.(?:timer|socket|path|target|mount|automount)$/;

function checks(names: readonly string[], effect: Effect | undefined) {
  if (!effect || names.length === 0 || !names.every((name) => NAME.test(name))) return [];
  return names.map((name): ServiceCheck => ({
    kind: "service",
    name: name.replace(/\.service$/, ""),
    ...effect,
  }));
}

/** Returns what `--now` adds to a word. */
function nowOf({ enabled, masked }: Effect): Effect {
  if (enabled !== undefined) return { active: enabled };
  return masked ? { active: false } : {};
}

function ofSystemctl(words: readonly string[]): readonly ServiceCheck[] {
  const [verb = "", ...names] = words.filter((word) => !/^(?:--now|-q|--quiet|--no-block)$/.test(word));
  const effect = Object.hasOwn(EFFECTS, verb) ? EFFECTS[verb] : undefined;
  const now = words.includes("--now") && effect ? nowOf(effect) : {};
  const units = names.filter((name) => OTHER_UNITS.test(name) || !/\.(?!service$)[a-z]+$/.test(name));
  return units.length === names.length ? checks(names, effect && { ...effect, ...now }) : [];
}

/** Returns the checks of one command, given as words. */
function ofWords(words: readonly string[]): readonly ServiceCheck[] {
  const [program = "", ...rest] = words[0] === "sudo" ? words.slice(1) : words;
  const [first = "", second = ""] = rest;
  const name = program.replace(/^(?:\/usr)?\/s?bin\//, "");
  if (name === "systemctl") return ofSystemctl(rest);
  if (name === "rc-update") {
    const effect = first === "add"
      ? { enabled: true }
      : /^del(?:ete)?$/.test(first)
      ? { enabled: false }
      : undefined;
    return checks([second], effect);
  }
  const started = (verb: string) => Object.hasOwn(EFFECTS, verb) ? EFFECTS[verb] : undefined;
  if ((name === "service" || name === "rc-service") && rest.length === 2) {
    return checks([first], started(second));
  }
  const script = /^\/etc\/init\.d\/([^/]+)$/.exec(program)?.[1];
  return script !== undefined && rest.length === 1 ? checks([script], started(first)) : [];
}

/**
 * Returns the services that a command of the user enables, disables, starts or stops; none where it is more than plain
 * words.
 */
export function serviceChecks(command: string | readonly string[]): readonly ServiceCheck[] {
  if (typeof command !== "string") return ofWords(command);
  const parts = command.trim().split(/\s*(?:&&|;|\n)\s*/).filter((part) =>
    part !== "" && part !== "systemctl daemon-reload"
  );
  const plain = parts.map((part) => part.split(/\s+/));
  if (!plain.flat().every((word) => /^[\w@.:+\/=-]+$/.test(word))) return [];
  const found = plain.map(ofWords);
  // A command with other effects has no checks, as running it again would repeat these effects.
  return found.every((one) => one.length > 0) ? found.flat() : [];
}
