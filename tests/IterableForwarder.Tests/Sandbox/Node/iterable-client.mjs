// Calls every endpoint that the sandbox serves and Iterable's own client knows. The client parses each answer by its schemas and
// throws on what does not fit. Writes one JSON object: the answers by the name of the method.
import { IterableClient } from "@iterable/api";

const client = new IterableClient({ apiKey: process.env.API_KEY, baseUrl: process.env.BASE_URL, timeout: 30000 });
const answers = {};
const refused = [];

async function call(method, ...args) {
  try {
    return (answers[method] = await client[method](...args));
  } catch (error) {
    refused.push(`${method}: ${error.name}: ${error.message}`);
    return undefined;
  }
}

const ann = { email: "ann@example.com", userId: "u-1", dataFields: { name: "Ann", address: { city: "Ulm" } } };
await call("updateUser", { ...ann, mergeNestedObjects: true });
await call("bulkUpdateUsers", { users: [ann, { userId: "u-2" }, { email: "cat@example.com" }] });
await call("getUserByEmail", { email: "ann@example.com" });
await call("getUserByUserId", { userId: "u-2" });
await call("getUserFields");

const list = await call("createList", { name: "VIP", description: "The best" });
const listId = list?.listId;
await call("getLists");
await call("subscribeUserToList", { listId, subscribers: [{ email: "ann@example.com" }, { userId: "u-2" }] });
await call("unsubscribeUserFromList", { listId, subscribers: [{ userId: "u-2" }, { email: "nobody@example.com" }] });
await call("getListUsers", { listId });
await call("getListSize", { listId });
await call("getListPreviewUsers", { listId, size: 10 });

await call("trackEvent", { eventName: "seen", email: "ann@example.com", id: "e-1", createdAt: 1772366400, dataFields: { a: 1 } });
await call("trackBulkEvents", { events: [{ eventName: "seen", userId: "u-2", dataFields: { a: 2 } }] });
await call("getUserEventsByEmail", { email: "ann@example.com", limit: 10 });
await call("getUserEventsByUserId", { userId: "u-2" });

const job = await call("startExportJob", { dataTypeName: "user", outputFormat: "application/x-json-stream", onlyFields: "email,userListIds" });
await call("getExportJobs");
const files = await call("getExportFiles", { jobId: job?.jobId });
answers.download = await (await fetch(files?.files[0]?.url)).text();

await call("mergeUsers", { sourceUserId: "u-2", destinationEmail: "cat@example.com" });
await call("deleteUserByEmail", { email: "ann@example.com" });
await call("deleteUserByUserId", { userId: "u-2" });
answers.unknown = await client.getUserByEmail({ email: "ann@example.com" });
await call("deleteList", { listId });

client.destroy();
console.log(JSON.stringify({ refused, answers }));
