// The WebSocket: opens, notices when it is dead, opens again.

const PING_EVERY = 25000;
const PONG_WITHIN = 10000;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15000;

export class Link {
  /** `onOpen()`, `onFrame(frame)`, `onClosed()` and `onLost()` (the session is no more) are called as things happen. */
  constructor(events) {
    this.events = events;
    this.socket = null;
    this.failures = 0;
    this.timer = 0;
    this.ping = 0;
    this.deadline = 0;
    const wake = () => { if (!this.isOpen()) this.connect(); else this.probe(); };
    addEventListener("online", wake);
    addEventListener("offline", () => this.restart());
    addEventListener("pageshow", wake);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) wake(); });
  }

  isOpen() {
    return this.socket !== null && this.socket.readyState === WebSocket.OPEN;
  }

  connect() {
    clearTimeout(this.timer);
    if (this.socket !== null && this.socket.readyState <= WebSocket.OPEN) return;
    const socket = new WebSocket(location.origin.replace(/^http/, "ws") + location.pathname + "ws");
    this.socket = socket;
    socket.onopen = () => {
      if (socket !== this.socket) return;
      this.ping = setInterval(() => this.probe(), PING_EVERY);
      this.events.onOpen();
    };
    socket.onmessage = (event) => {
      if (socket !== this.socket) return;
      clearTimeout(this.deadline);
      this.failures = 0;
      this.events.onFrame(JSON.parse(event.data));
    };
    socket.onclose = () => { if (socket === this.socket) this.closed(); };
  }

  /** False when there is no connection to send it on. */
  send(frame) {
    if (!this.isOpen()) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  probe() {
    if (!this.send({ type: "ping" })) return;
    clearTimeout(this.deadline);
    this.deadline = setTimeout(() => this.restart(), PONG_WITHIN);
  }

  /** Gives up on the present connection and begins another. */
  restart() {
    const socket = this.socket;
    if (socket === null) return;
    socket.onclose = null;
    socket.close();
    this.closed();
  }

  closed() {
    this.socket = null;
    clearInterval(this.ping);
    clearTimeout(this.deadline);
    this.failures += 1;
    this.events.onClosed();
    const pause = Math.min(FIRST_PAUSE * 2 ** (this.failures - 1), LONGEST_PAUSE);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.connect(), pause * (0.75 + Math.random() / 2));
    if (this.failures >= 2) this.askWhetherWelcome();
  }

  askWhetherWelcome() {
    fetch(location.pathname, { method: "HEAD", cache: "no-store", credentials: "same-origin" })
      .then((answer) => { if (answer.status === 404) this.events.onLost(); })
      .catch(() => {});
  }
}
