// The token comes behind the # of the address, or is pasted into the page. It is kept for this tab only, where the
// user interface keeps it too.
const KEY = "trivet-token";
const PLACE = "#swagger-ui";

window.onload = () => {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) {
    sessionStorage.setItem(KEY, given.trim());
    // It would stay in the history.
    history.replaceState(null, "", location.pathname);
  }
  show();
};

function show() {
  const token = sessionStorage.getItem(KEY);
  if (!token) return ask("");
  const ui = SwaggerUIBundle({
    url: "/openapi.json",
    dom_id: PLACE,
    deepLinking: true,
    presets: [SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
    validatorUrl: null,
    // The description itself needs the token; requests carry what "Authorize" holds, which is the same at first.
    requestInterceptor: (request) => {
      if (request.loadSpec) request.headers["Authorization"] = `Bearer ${token}`;
      return request;
    },
    responseInterceptor: (response) => {
      if (response.status === 401 && response.url.endsWith("/openapi.json")) {
        sessionStorage.removeItem(KEY);
        ask("This is not the token.");
      }
      return response;
    },
    onComplete: () => ui.preauthorizeApiKey("token", token),
  });
}

function ask(complaint) {
  const form = document.createElement("form");
  form.style = "font: 16px sans-serif; max-width: 40em; margin: 4em auto; padding: 0 1em";
  const label = document.createElement("label");
  label.append("The token, from the file that trivet-server names when it starts:");
  const field = document.createElement("input");
  Object.assign(field, { type: "password", name: "token", autocomplete: "off", required: true });
  field.style = "display: block; width: 100%; box-sizing: border-box; margin: 0.5em 0; padding: 0.4em; font: inherit";
  label.append(field);
  const button = document.createElement("button");
  button.append("Show the API");
  const said = document.createElement("p");
  said.setAttribute("role", "alert");
  said.append(complaint);
  form.append(label, button, said);
  form.onsubmit = (event) => {
    event.preventDefault();
    sessionStorage.setItem(KEY, field.value.trim());
    form.remove();
    show();
  };
  document.querySelector(PLACE).replaceChildren();
  document.body.append(form);
  field.focus();
}
