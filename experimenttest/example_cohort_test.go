package experimenttest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/amplitude/experiment-go-server/experimenttest"
)

// A client that downloads cohorts sends the keys of its project. It gets no
// members if it already has the latest ones, or if there are too many for it.
func ExampleServer_SetCohort() {
	service, err := experimenttest.NewServer(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer service.Close()
	if err := service.SetCohort(experimenttest.Cohort{
		ID:           "testers",
		LastModified: time.UnixMilli(1700000000000),
		MemberIDs:    []string{"ada", "bob"},
	}); err != nil {
		fmt.Println(err)
	}

	for _, query := range []string{"", "?lastModified=1700000000000", "?maxCohortSize=1"} {
		request, err := http.NewRequestWithContext(context.Background(), "GET",
			service.URL+"/sdk/v1/cohort/testers"+query, nil)
		if err != nil {
			fmt.Println(err)
			return
		}
		request.SetBasicAuth(service.APIKey, service.SecretKey)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			fmt.Println(err)
			return
		}
		var cohort struct{ MemberIDs []string }
		if response.StatusCode == http.StatusOK {
			err = json.NewDecoder(response.Body).Decode(&cohort)
		}
		response.Body.Close()
		fmt.Println(response.StatusCode, cohort.MemberIDs, err)
	}
	// Output:
	// 200 [ada bob] <nil>
	// 204 [] <nil>
	// 413 [] <nil>
}
