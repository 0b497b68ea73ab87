const answer = document.getElementById("answer");
answer.textContent = await window.__TAURI__.core.invoke("ping").catch((error) => `No answer: ${error}`);
