"""What tries to break the product: deaths, full disks, rival runs, hostile files. `make torture`, in short `make test`."""
