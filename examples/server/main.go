// Command server is an HTTP server whose pages depend on flags. It shows how
// both clients live in a server: when they start, where the user of a request
// comes from, what happens while Amplitude cannot be reached, and how they
// stop. The checkout evaluates its flags in the process, and the offer fetches
// them.
//
// To try it with a fake service, in the root of the project:
//
//	go run ./cmd/xpmt serve --flags examples/server/flags.json
//	export EXPERIMENT_KEY=server-fake-deployment-key
//	go run ./examples/server -service http://127.0.0.1:8080
//	curl 'http://127.0.0.1:8000/checkout?user=user-1&plan=premium'
//
// It also starts without the service: every flag is off until the flags are
// loaded.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/local"
	"github.com/amplitude/experiment-go-server/remote"
)

func main() {
	address := flag.String("address", "127.0.0.1:8000", "listen on `host:port`")
	service := flag.String("service", "", "`URL` of the experiment service (default Amplitude's)")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	if err := run(ctx, *address, *service); err != nil {
		slog.Error("the server failed", "error", err)
		os.Exit(1)
	}
}

// run serves on an address until ctx ends.
func run(ctx context.Context, address, service string) error {
	a, err := newApp(os.Getenv("EXPERIMENT_KEY"), &local.Config{ServerURL: service}, &remote.Config{ServerURL: service})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	slog.Info("listening", "url", "http://"+listener.Addr().String())
	return a.serve(ctx, listener)
}

// app has what the handlers need.
type app struct {
	local        *local.Client
	remote       *remote.Client
	startRetry   time.Duration // wait between two attempts to load the flags
	fetchTimeout time.Duration // longest time that a page waits for a fetch
}

// newApp initializes the clients. It does not connect.
func newApp(key string, localConfig *local.Config, remoteConfig *remote.Config) (*app, error) {
	localClient, err := local.Initialize(key, localConfig)
	if err != nil {
		return nil, err
	}
	remoteClient, err := remote.Initialize(key, remoteConfig)
	if err != nil {
		return nil, err
	}
	return &app{
		local: localClient, remote: remoteClient,
		startRetry: 10 * time.Second, fetchTimeout: 300 * time.Millisecond,
	}, nil
}

// serve serves until ctx ends, and then until the current requests are over.
func (a *app) serve(ctx context.Context, listener net.Listener) error {
	defer a.local.Close() // after the last request
	go a.loadFlags(ctx)

	server := &http.Server{Handler: a.routes(), ReadHeaderTimeout: 5 * time.Second}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	select {
	case err := <-served:
		return fmt.Errorf("serving: %w", err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return server.Shutdown(grace)
}

// loadFlags starts the client of local evaluation, however long the service is
// down. Start retries a few times by itself, within seconds.
func (a *app) loadFlags(ctx context.Context) {
	for {
		err := a.local.Start(ctx)
		if err == nil || ctx.Err() != nil || errors.Is(err, local.ErrClosed) {
			return
		}
		slog.Warn("there are no flags yet", "error", err)
		select {
		case <-time.After(a.startRetry):
		case <-ctx.Done():
			return
		}
	}
}

func (a *app) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /checkout", a.withSubject(http.HandlerFunc(checkout)))
	mux.HandleFunc("GET /offer", a.offer)
	return mux
}

// withSubject prepares the user of each request, so that all its lookups see
// the same version of the flags.
func (a *app) withSubject(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		subject, err := a.local.Prepare(userOf(r))
		if err != nil && !errors.Is(err, local.ErrNotReady) {
			slog.WarnContext(r.Context(), "cannot prepare a user", "error", err)
		}
		// The subject is nil after an error, which is safe: every flag is off.
		next.ServeHTTP(w, r.WithContext(local.NewContext(r.Context(), subject)))
	})
}

// checkout evaluates a flag in the process.
func checkout(w http.ResponseWriter, r *http.Request) {
	subject, _ := local.FromContext(r.Context())
	variant, _ := subject.Variant("checkout-button")
	if variant.Value == "on" {
		fmt.Fprintln(w, "the new checkout")
		return
	}
	fmt.Fprintln(w, "the old checkout")
}

// offer fetches the user's variants, but does not keep the user waiting for
// them.
func (a *app) offer(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), a.fetchTimeout)
	defer cancel()
	variants, err := a.remote.Fetch(ctx, userOf(r))
	if err != nil {
		slog.WarnContext(ctx, "cannot fetch variants", "error", err) // they are nil: every flag is off
	}
	if variants["free-month"].Value == "on" {
		fmt.Fprintln(w, "the first month is free")
		return
	}
	fmt.Fprintln(w, "no offer")
}

// userOf returns the user of a request. Here the query names the user; a real
// server would look at its session.
func userOf(r *http.Request) *experiment.User {
	query := r.URL.Query()
	return &experiment.User{
		UserID:         query.Get("user"),
		UserProperties: map[string]any{"plan": query.Get("plan")},
	}
}
