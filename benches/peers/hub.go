// Go's net/http as people start with it: `hub <port>`. What is posted goes to everybody who listens.
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
)

var mutex sync.Mutex
var listeners = map[chan string]bool{}

func hub(w http.ResponseWriter, r *http.Request) {
	if r.Method == "POST" {
		body, _ := io.ReadAll(r.Body)
		mutex.Lock()
		defer mutex.Unlock()
		for listener := range listeners {
			listener <- string(body)
		}
		return
	}
	listener := make(chan string, 64)
	mutex.Lock()
	listeners[listener] = true
	mutex.Unlock()
	w.Header().Set("content-type", "text/event-stream")
	w.(http.Flusher).Flush()
	for body := range listener {
		fmt.Fprintf(w, "data: %s\n\n", body)
		w.(http.Flusher).Flush()
	}
}

func main() {
	http.ListenAndServe("127.0.0.1:"+os.Args[1], http.HandlerFunc(hub))
}
