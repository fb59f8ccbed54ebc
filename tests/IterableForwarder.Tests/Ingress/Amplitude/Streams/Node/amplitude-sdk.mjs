// Sends events with Amplitude's own SDK. Writes one JSON object: the status of each request, and what the SDK says became of each event.
// SERVER_URL: where the events go. API_KEY: what the SDK is initialised with. EVENTS: how many, and QUEUE: how many to a request.
// THROTTLE: milliseconds that the SDK waits after 429 (30 s by default). RESUME_URL, RESUME_KEY: called once after the first 429.
import { createInstance, Identify } from "@amplitude/analytics-node";

const { SERVER_URL, API_KEY, EVENTS, QUEUE, THROTTLE, RESUME_URL, RESUME_KEY } = process.env;
const client = createInstance();
await client.init(API_KEY, {
  serverUrl: SERVER_URL,
  flushQueueSize: Number(QUEUE),
  flushIntervalMillis: 200,
  logLevel: 0,
}).promise;

// A plugin is handed what the instance itself keeps to itself.
let inner;
await client.add({ name: "observer", type: "enrichment", setup: async (config, instance) => { inner = instance; }, execute: async (event) => event }).promise;

const sends = [];
const transport = inner.config.transportProvider;
const send = transport.send.bind(transport);
transport.send = async (...args) => {
  const answer = await send(...args);
  sends.push({ at: Date.now(), status: answer?.statusCode ?? null, events: JSON.parse(JSON.stringify(args[1])).events.length });
  if (answer?.statusCode === 429 && RESUME_URL) {
    await fetch(RESUME_URL, { method: "POST", headers: { authorization: `Bearer ${RESUME_KEY}` } });
  }
  return answer;
};
for (const plugin of inner.timeline.plugins) {
  if (THROTTLE && "throttleTimeout" in plugin) plugin.throttleTimeout = Number(THROTTLE);
}

const results = [];
if (EVENTS === "identify") {
  results.push(client.identify(new Identify().set("tier", "gold"), { user_id: "u-1" }).promise);
} else {
  for (let i = 0; i < Number(EVENTS); i++) results.push(client.track("Purchase", { plan: "pro", note: "n".repeat(300) }, { user_id: `u-${i}`, insert_id: `e-${i}` }).promise);
}
// not flushed by hand: what is sent so is not tried again
const codes = (await Promise.all(results)).map((result) => result.code);
console.log(JSON.stringify({ sends, codes }));
