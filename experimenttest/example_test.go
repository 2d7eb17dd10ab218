package experimenttest_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/experimenttest"
	"github.com/amplitude/experiment-go-server/remote"
)

// shop is a server under test. Its front page depends on a flag.
type shop struct {
	experiment *remote.Client
}

func (s shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	variants, err := s.experiment.Fetch(r.Context(), &experiment.User{UserID: r.URL.Query().Get("user")})
	switch {
	case err != nil:
		fmt.Fprint(w, "Welcome.") // the page works without the service
	case variants["holiday-banner"].Value == "on":
		fmt.Fprint(w, "Happy holidays!")
	default:
		fmt.Fprint(w, "Welcome back.")
	}
}

// frontPage returns what a visitor of the shop sees.
func frontPage(shop http.Handler, user string) string {
	recorder := httptest.NewRecorder()
	shop.ServeHTTP(recorder, httptest.NewRequest("GET", "/?user="+user, nil))
	return recorder.Body.String()
}

// To test a server of your own, start a fake service, point a client at it, set
// the variants that users get, and look at what the server does with them, even
// when the service is down.
func Example() {
	service, err := experimenttest.NewServer(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer service.Close()
	client, err := remote.Initialize(service.DeploymentKey, &remote.Config{
		ServerURL:    service.URL,
		FetchRetries: remote.NoRetries,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	shop := shop{client}

	if err := service.SetVariants(experiment.Variants{}); err != nil {
		fmt.Println(err)
	}
	if err := service.SetUserVariants("ada", experiment.Variants{
		"holiday-banner": {Key: "on", Value: "on"},
	}); err != nil {
		fmt.Println(err)
	}
	fmt.Println("ada:", frontPage(shop, "ada"))
	fmt.Println("bob:", frontPage(shop, "bob"))

	if err := service.Fail(experimenttest.EndpointVardata, experimenttest.Fault{Status: 503}); err != nil {
		fmt.Println(err)
	}
	fmt.Println("ada, in an outage:", frontPage(shop, "ada"))

	for _, request := range service.Requests() {
		fmt.Println(request.Method, request.Path, request.Status)
	}
	// Output:
	// ada: Happy holidays!
	// bob: Welcome back.
	// ada, in an outage: Welcome.
	// GET /sdk/v2/vardata 200
	// GET /sdk/v2/vardata 200
	// GET /sdk/v2/vardata 503
}

// Each fault applies to one request, in the order of the queue. After them, the
// endpoint works again.
func ExampleServer_Fail() {
	service, err := experimenttest.NewServer(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer service.Close()
	if err := service.Fail(experimenttest.EndpointFlags,
		experimenttest.Fault{Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"1"}}},
		experimenttest.Fault{Body: []byte(`[{"key":"f"}]`), CutAfter: 5},
	); err != nil {
		fmt.Println(err)
	}

	for range 3 {
		request, err := http.NewRequestWithContext(context.Background(), "GET", service.URL+"/sdk/v2/flags", nil)
		if err != nil {
			fmt.Println(err)
			return
		}
		request.Header.Set("Authorization", "Api-Key "+service.DeploymentKey)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			fmt.Println(err)
			return
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		fmt.Printf("%d %q %v\n", response.StatusCode, body, err)
	}
	// Output:
	// 429 "" <nil>
	// 200 "[{\"ke" unexpected EOF
	// 200 "[]" <nil>
}
