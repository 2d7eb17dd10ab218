package experimenttest_test

import (
	"context"
	"fmt"
	"net/http"

	"github.com/amplitude/experiment-go-server/experimenttest"
)

// Whatever a seed does to a client, the client should recover as soon as the
// faults end.
func ExampleServer_Chaos() {
	service, err := experimenttest.NewServer(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer service.Close()
	// The chance of a fault is one in two.
	if err := service.Chaos(1, 0.5, experimenttest.EndpointFlags); err != nil {
		fmt.Println(err)
	}
	// … use a client, and change flags …
	service.ClearFaults()

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
	response.Body.Close()
	fmt.Println(response.StatusCode)
	// Output: 200
}
