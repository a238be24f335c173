/**
 * Descriptions of instances and volumes in requests that change a part of them: both daemons take a PATCH without a
 * description for one that clears it.
 *
 * @module
 */
import { parseApiPath } from "../../base/api.ts";
import type { InstanceInfo, Request } from "../../ports/mod.ts";

/** Descriptions that a PATCH would clear, and which are therefore sent again. */
export class Descriptions {
  /** Descriptions that were read or sent, by the keys of their objects. */
  readonly #known = new Map<string, string>();
  readonly #read: (path: string) => Promise<unknown>;

  /** @param read reads an object of the daemon; `undefined` where there is none */
  constructor(read: (path: string) => Promise<unknown>) {
    this.#read = read;
  }

  /** Notes the description of an instance that was read. */
  note({ project, name, description }: Pick<InstanceInfo, "project" | "name" | "description">): void {
    this.#known.set(keyOf(project, ["instances", name]), description);
  }

  /** Returns a request with the description that its object has, where it would clear it. */
  async kept(request: Request): Promise<Request> {
    const { method, path, body } = request;
    if (method === "DELETE" || !isMap(body)) return request;
    const { project, parts } = parseApiPath(path);
    const [name, key] = [body["name"], keyOf(project, parts)];
    if (method === "POST") {
      if (typeof name !== "string") return request;
      if (parts.length === 1) this.#take(keyOf(project, [...parts, name]), body["description"]);
      else if (isDescribed(parts)) this.#take(keyOf(project, parts.with(-1, name)), this.#known.get(key));
      return request;
    }
    if (!isDescribed(parts)) return request;
    if (method === "PUT" || "description" in body) {
      this.#take(key, body["description"]);
      return request;
    }
    const description = this.#known.get(key) ?? await this.#ask(path);
    return description === "" ? request : { ...request, body: { ...body, description } };
  }

  /** Notes a description; one that is not known is asked for. */
  #take(key: string, description: unknown): void {
    if (typeof description === "string") this.#known.set(key, description);
    else this.#known.delete(key);
  }

  async #ask(path: string): Promise<string> {
    const found = await this.#read(path);
    const description = isMap(found) ? found["description"] : undefined;
    return typeof description === "string" ? description : "";
  }
}

/** Tells whether an object is an instance or a custom volume, and not something that belongs to one. */
function isDescribed(parts: readonly string[]): boolean {
  const [kind, , , type] = parts;
  return kind === "instances"
    ? parts.length === 2
    : kind === "storage-pools" && type === "custom" && parts.length === 5;
}

function keyOf(project: string, parts: readonly string[]): string {
  return [project || "default", ...parts].join("/");
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
