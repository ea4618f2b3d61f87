// A page with React, as somebody might write it, and what a test wants to know of it.

import { Profiler, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { EventsProvider, Feed, useConnection, useEvent, useEventStream } from "sluice-client/react";

const CHANNEL = `${new URLSearchParams(location.search).get("hub")}/events?channel=prices`;
const seen = (window.seen = { commits: 0, frames: 0, last: undefined });

// Before React asks for one: what is drawn in a frame is counted with it.
requestAnimationFrame(function frame() {
  seen.frames++;
  requestAnimationFrame(frame);
});

function Price() {
  const price = useEvent(useEventStream(CHANNEL), "price", { every: "frame" });
  return <output id="price">{price?.n}</output>;
}

function Status() {
  return <output id="status">{useConnection(useEventStream(CHANNEL)).state.status}</output>;
}

function Prices() {
  return (
    <Feed events={useEventStream(CHANNEL)} limit={5} every="frame" className="prices">
      {({ data }) => data.n}
    </Feed>
  );
}

const root = createRoot(document.querySelector("main"));

window.show = (shown) =>
  root.render(
    <StrictMode>
      <EventsProvider>
        {shown && (
          <>
            <Profiler id="price" onRender={() => seen.commits++}>
              <Price />
            </Profiler>
            <Status />
            <Prices />
          </>
        )}
      </EventsProvider>
    </StrictMode>,
  );
