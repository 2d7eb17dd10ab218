package remote_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/remote"
)

// A server initializes one client. It fetches once for each request that it
// handles, under the context of that request.
func Example() {
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"checkout-button":{"key":"blue","value":"blue","payload":{"label":"Buy"}}}`)
	}))
	defer service.Close()

	client, err := remote.Initialize("server-deployment-key", &remote.Config{
		ServerURL: service.URL, // leave it out for Amplitude's own
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	variants, err := client.Fetch(ctx, &experiment.User{
		UserID:         "user-1",
		UserProperties: map[string]any{"plan": "pro"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(variants["checkout-button"].Value)
	fmt.Println(variants["unknown-flag"].Value == "on")
	// Output:
	// blue
	// false
}

func ExampleClient_FetchWithOptions() {
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Println("exposure:", r.Header.Get("X-Amp-Exp-Exposure-Track"))
		fmt.Fprint(w, `{"checkout-button":{"key":"off","metadata":{"default":true}}}`)
	}))
	defer service.Close()
	client, err := remote.Initialize("server-deployment-key", &remote.Config{ServerURL: service.URL})
	if err != nil {
		fmt.Println(err)
		return
	}

	variants, err := client.FetchWithOptions(context.Background(), &experiment.User{UserID: "user-1"},
		remote.FetchOptions{
			FlagKeys:        []string{"checkout-button"},
			TrackExposure:   remote.TrackOn,
			IncludeDefaults: true,
		})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(variants["checkout-button"].Key)
	// Output:
	// exposure: track
	// off
}

func ExampleFetchError() {
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
	}))
	defer service.Close()
	client, err := remote.Initialize("server-deployment-key", &remote.Config{ServerURL: service.URL})
	if err != nil {
		fmt.Println(err)
		return
	}

	_, err = client.Fetch(context.Background(), &experiment.User{})
	var fetchError *remote.FetchError
	if errors.As(err, &fetchError) {
		fmt.Println(fetchError.StatusCode)
	}
	fmt.Println(err)
	// Output:
	// 400
	// fetching variants: status 400 Bad Request: the service rejects the user; does it have a UserID or a DeviceID?
}
