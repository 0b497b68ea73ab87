// The token comes behind the # of the address, or is typed into "Authorize". It is kept for this tab only.
window.onload = () => {
  const key = "trivet-token";
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) {
    sessionStorage.setItem(key, given);
    history.replaceState(null, "", location.pathname);
  }
  const token = sessionStorage.getItem(key) ?? prompt("The token, from the file that trivet-server names when it starts:");
  if (token) sessionStorage.setItem(key, token);

  window.ui = SwaggerUIBundle({
    url: "/openapi.json",
    dom_id: "#swagger-ui",
    deepLinking: true,
    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
    plugins: [SwaggerUIBundle.plugins.DownloadUrl],
    layout: "BaseLayout",
    validatorUrl: null,
    requestInterceptor: (request) => {
      const token = sessionStorage.getItem(key);
      if (token) request.headers["Authorization"] = `Bearer ${token}`;
      return request;
    },
    responseInterceptor: (response) => {
      if (response.status === 401) sessionStorage.removeItem(key);
      return response;
    },
  });
};
