//go:build cgo

package local_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/amplitude/experiment-go-server/experiment"
	"github.com/amplitude/experiment-go-server/experimenttest"
	"github.com/amplitude/experiment-go-server/local"
)

// beta targets a cohort.
const beta = `[{
	"key": "beta",
	"segments": [{
		"conditions": [[{
			"selector": ["context", "user", "cohort_ids"], "op": "set contains any", "values": ["testers"]
		}]],
		"variant": "on"
	}],
	"variants": {"on": {"key": "on", "value": "on"}}
}]`

// newTesters returns a fake service with the flag beta and its cohort.
func newTesters() *experimenttest.Server {
	service, err := experimenttest.NewServer(&experimenttest.Config{Flags: []byte(beta)})
	if err != nil {
		log.Fatal(err)
	}
	err = service.SetCohort(experimenttest.Cohort{ID: "testers", MemberIDs: []string{"ada"}})
	if err != nil {
		log.Fatal(err)
	}
	return service
}

// A client that streams flags and loads cohorts. The URLs are a test's; without
// them it uses Amplitude's.
func ExampleCohortSync() {
	service := newTesters()
	defer service.Close()
	client, err := local.Initialize(service.DeploymentKey, &local.Config{
		ServerURL:       service.URL,
		StreamUpdates:   true,
		StreamServerURL: service.URL,
		CohortSync: &local.CohortSync{
			APIKey:    service.APIKey,
			SecretKey: service.SecretKey,
			ServerURL: service.URL,
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	if err := client.Start(context.Background()); err != nil {
		log.Fatal(err)
	}

	for _, userID := range []string{"ada", "eve"} {
		_, ok := client.Variant(&experiment.User{UserID: userID}, "beta")
		fmt.Println(userID, ok)
	}
	status := client.Status()
	fmt.Println(status.Source, status.Stale, status.Cohorts[0].ID, status.Cohorts[0].Members)
	// Output:
	// ada true
	// eve false
	// stream false testers 1
}

func ExampleClient_OnUpdate() {
	service := newTesters()
	defer service.Close()
	client, err := local.Initialize(service.DeploymentKey, &local.Config{
		ServerURL: service.URL, StreamUpdates: true, StreamServerURL: service.URL,
	})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	changed := make(chan []string)
	cancel := client.OnUpdate(func(update local.Update) { changed <- update.FlagKeys })
	defer cancel()
	client.StartInBackground()
	<-client.Ready()
	fmt.Println(<-changed)

	if err := service.SetFlags([]byte("[]")); err != nil {
		log.Fatal(err)
	}
	fmt.Println(<-changed)
	// Output:
	// [beta]
	// [beta]
}

// A client with a CacheFile starts while the service is down.
func ExampleConfig_cacheFile() {
	folder, err := os.MkdirTemp("", "flags")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	service := newTesters()
	config := &local.Config{ServerURL: service.URL, CacheFile: filepath.Join(folder, "flags")}

	for range 2 {
		client, err := local.Initialize(service.DeploymentKey, config)
		if err != nil {
			log.Fatal(err)
		}
		err = client.Start(context.Background())
		status := client.Status()
		fmt.Println(err, status.Source, status.Flags, status.Stale)
		client.Close() // the file is on disk now
		service.Close()
	}
	// Output:
	// <nil> poll 1 false
	// <nil> file 1 true
}
