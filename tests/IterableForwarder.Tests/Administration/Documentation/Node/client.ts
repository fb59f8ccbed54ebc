// A client of every area, by generated types. What is wrong about a name, about null or about a required field breaks its compilation,
// and so does a line marked as an error that is none.
import type { components, operations, paths } from "./api.js";

type Schemas = components["schemas"];
type Json<T> = T extends { content: { "application/json": infer Body } } ? Body : never;
type Request<Id extends keyof operations> = operations[Id] extends { requestBody: infer Body } ? Json<Body> : never;
type Answer<Id extends keyof operations, Status extends keyof operations[Id]["responses"]> = Json<operations[Id]["responses"][Status]>;

async function send<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(path, { method, body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
  if (!response.ok) throw new Error(describe((await response.json()) as Schemas["Problem"]));
  return (await response.json()) as T;
}

function describe(problem: Schemas["Problem"]): string {
  const faults: string[] = Object.entries(problem.errors ?? {}).flatMap(([path, messages]) => messages.map(message => `${path} ${message}`));
  const more: number = (problem.faultCount ?? 0) - faults.length;
  const trace: string = problem.traceId;
  const status: number = problem.status;
  return `${status} ${problem.title}: ${problem.detail ?? faults.join(", ")} and ${more} more (${trace})`;
}

export async function setUp(): Promise<void> {
  const wanted: Request<"createProject"> = { name: "Acme", apiKey: "key", dataCenter: "eu", type: "hybrid", budgets: { lists: 20 } };
  // @ts-expect-error a new project needs a key
  const keyless: Request<"createProject"> = { name: "Acme" };
  // @ts-expect-error no such data center
  const elsewhere: Request<"createProject"> = { name: "Acme", apiKey: "key", dataCenter: "mars" };
  const project = await send<Answer<"createProject", 201>>("POST", "/api/v1/projects", wanted);
  const lists: number = project.budgets.lists;
  const reason: string | null = project.holdReason;
  // @ts-expect-error it is null while the project is not held
  project.holdReason.length;

  const connection: Request<"createConnection"> = { projectId: project.id, name: "VIP", listId: 42, attributes: { firstName: "first_name" } };
  const made = await send<Answer<"createConnection", 201>>("POST", "/api/v1/connections", connection);
  const rule: "customerId" | "mpid" | null = made.userId;
  // @ts-expect-error it is null where the source's own choice counts
  made.identifiers.email;
  const paths: string[] | null | undefined = made.identifiers?.email;
  const state: "active" | "paused" | "held" | "closed" = made.state;
  const since: string | null = made.heldSince;
  const oldest: number = made.status.oldestPendingSeconds;

  const patch: Request<"patchConnection"> = { campaignId: null, attributes: { firstName: null } };
  const nothing: Request<"patchConnection"> = {};
  // @ts-expect-error PUT replaces all settings
  const part: Request<"replaceConnection"> = { name: "VIP", listId: 42 };
  const whole: Request<"replaceConnection"> = {
    name: "VIP", listId: 42, userId: null, updateExistingUsersOnly: false, campaignId: null, channelUnsubscribe: false, attributes: {},
  };
  const paused = await send<Answer<"pauseConnection", 200>>("POST", `/api/v1/connections/${made.id}/pause`, { reason: "r" } satisfies Schemas["HoldRequest"]);
  const why: Schemas["ConnectionResponse"]["holdReason"] = paused.holdReason;
  if (why !== null && why !== "pause") throw new Error(why);
  console.log(keyless, elsewhere, lists, reason, rule, paths, state, since, oldest, patch, nothing, part, whole);
}

export async function account(connection: string): Promise<void> {
  const body: Request<"acceptMembers"> = { changes: [{ action: "add", email: "a@example.com", mpid: 7 }, { action: "remove", customerId: "c-2" }] };
  // @ts-expect-error a change has an action
  const idle: Request<"acceptMembers"> = { changes: [{ email: "a@example.com" }] };
  const lines: NonNullable<paths["/api/v1/connections/{id}/members"]["post"]["requestBody"]>["content"]["application/x-ndjson"] = "{}\n";
  const accepted = await send<Answer<"acceptMembers", 202>>("POST", `/api/v1/connections/${connection}/members`, body);
  const batch = await send<Answer<"getBatch", 200>>("GET", `/api/v1/batches/${accepted.batchId}`);
  const dropped: number = batch.counts.dropped;
  const missing: number | undefined = batch.reasons["noEmail"];
  const completed: string | null = batch.completedAt;
  const members = await send<Answer<"listBatchMembers", 200>>("GET", `/api/v1/batches/${accepted.batchId}/members`);
  const next: string | null = members.next;
  const reasons: ("noEmail" | "invalid" | string)[] = members.items.map(member => member.reason);
  const outcome: "dropped" | "rejected" | undefined = members.items[0]?.outcome;
  const found = await send<Answer<"searchMembers", 200>>("POST", "/api/v1/members/search", { email: "a@example.com" } satisfies Request<"searchMembers">);
  const list: string | null | undefined = found.items[0]?.list;
  console.log(idle, lines, dropped, missing, completed, next, reasons, outcome, list);
}

export async function sources(): Promise<void> {
  const message: Request<"acceptFirehose"> = {
    type: "audience_membership_change_request", id: "m-1", timestamp_ms: 1,
    account: { account_settings: { apiKey: "key", userIdField: "mpid" } },
    user_profiles: [{ mpid: "-7246244611012968789", audiences: [{ audience_id: 456, audience_subscription_settings: { listId: "42" }, action: "add" }] }],
  };
  const answer = await send<Answer<"acceptFirehose", 202>>("POST", "/ingest/mparticle", message);
  const suspended: boolean | undefined = answer.suspend_subscription;
  const at: number = answer.timestamp_ms;
  // @ts-expect-error mParticle's names have underscores
  answer.suspendSubscription;
  const registration = await send<Answer<"acceptFirehose", 200>>("POST", "/ingest/mparticle", { type: "module_registration_request" } satisfies Request<"acceptFirehose">);
  const wait: number = registration.audience_processing_registration.bulk_configuration.bulk_forward_wait_in_minutes;

  const segment = await send<Answer<"acceptSegment", 202>>("POST", "/ingest/segment/p", [{ type: "track" }] satisfies Request<"acceptSegment">);
  const refused: "badMembership" | "noIdentifier" | "messageIdReused" | "tooManyLists" | "tooManyAudiences" | "notAnEvent" | undefined = segment.refused[0]?.reason;
  const messageId: string | null | undefined = segment.refused[0]?.messageId;
  const ingested = await send<Answer<"acceptAmplitudeEvents", 200>>("POST", "/ingest/amplitude/s/events", { events: [{ event_type: "a" }] } satisfies Request<"acceptAmplitudeEvents">);
  const events: number = ingested.events_ingested;
  const refusal: operations["acceptAmplitudeEvents"]["responses"][400]["content"]["application/problem+json"] = { type: "t", title: "t", status: 400, traceId: "t", code: 400, events_with_missing_fields: { event_type: [9] } };
  const keyRefusal: operations["changeProjectKey"]["responses"][409]["content"]["application/problem+json"] = { type: "t", title: "t", status: 409, traceId: "t", code: "MissingLists", missingLists: [42] };
  const stream: Request<"createStream"> = { projectId: "p", name: "S", identifier: { property: "user_id", type: "userId" }, events: { include: [{ eventType: "Purchase", filters: [{ property: "event_properties.plan", op: "is", values: ["pro", 7, true] }] }] } };
  const key = await send<Answer<"createKey", 201>>("POST", "/api/v1/keys", { name: "segment", kind: "ingest" } satisfies Request<"createKey">);
  console.log(suspended, at, wait, refused, messageId, events, refusal, keyRefusal, stream, key.key);
}
