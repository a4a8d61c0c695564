print("echo-gpu")
